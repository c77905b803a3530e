/**
 * Decides where a network sits on an architecture. Entry point: {@code Mapper}. Depends on core
 * only.
 */
package io.xbarflow.mapper;
