/**
 * The contract kit of core types: drives the macro module of a type alone and holds it against its
 * golden arithmetic and against {@code docs/macro.md}. Entry point: {@link
 * io.xbarflow.testbench.kit.MacroBench}. Depends on the core types, the template renderer and the
 * builder of simulators.
 */
package io.xbarflow.testbench.kit;
