/**
 * What a core type is: {@link io.xbarflow.core.coretype.CoreType} is the interface that the
 * built-in types and those of users implement. Depends on networks, architectures and mappings.
 */
package io.xbarflow.core.coretype;
