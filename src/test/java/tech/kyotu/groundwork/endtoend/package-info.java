/**
 * Whole Projects against the packaged operator and the real servers: what people see when something
 * is wrong, and that it mends by itself once the cause is gone.
 *
 * <p>Decided here: which causes are tried at which system, and what must not happen meanwhile. The
 * judges are the systems themselves and the Project's status, never the operator's memory.
 */
package tech.kyotu.groundwork.endtoend;
