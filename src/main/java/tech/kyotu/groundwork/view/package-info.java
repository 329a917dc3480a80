/**
 * What people are shown of a Project beyond its status: records that the operator serves as JSON
 * and that the command line prints. They hold public facts only, for the reader may be anybody who
 * may reach the operator's Service.
 */
@NullMarked
package tech.kyotu.groundwork.view;

import org.jspecify.annotations.NullMarked;
