/** Core type {@code bit_sliced}: weights over several columns, inputs bit-serial, shared ADCs. */
package io.xbarflow.cores.bitsliced;
