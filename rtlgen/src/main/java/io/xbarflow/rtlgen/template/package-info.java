/**
 * Renders Velocity templates from records. Entry point: {@code TemplateRenderer}. The only package
 * that knows Velocity.
 */
package io.xbarflow.rtlgen.template;
