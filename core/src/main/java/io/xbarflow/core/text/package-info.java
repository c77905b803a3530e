/**
 * Text that comes from outside (names in a model, file names, edited artefacts) made safe for the
 * language it is printed in: one class for each language. Start with {@link
 * io.xbarflow.core.text.SafeText}. Depends on nothing.
 *
 * <p>What fills in a template or writes a script holds names from outside only as these types,
 * which are made here and nowhere else. The renderer of templates refuses any other text.
 */
package io.xbarflow.core.text;
