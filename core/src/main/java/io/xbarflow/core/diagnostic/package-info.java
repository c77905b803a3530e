/** Messages for the user. Entry point: {@code UserException}. Depends on {@code text} only. */
package io.xbarflow.core.diagnostic;
