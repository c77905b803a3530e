/** Messages for the user. Entry point: {@code UserException}. Depends on nothing. */
package io.xbarflow.core.diagnostic;
