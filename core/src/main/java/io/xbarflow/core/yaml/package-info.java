/**
 * The part of YAML that configuration files may use. Entry point: {@code PlainYaml}. Depends on
 * diagnostics only.
 */
package io.xbarflow.core.yaml;
