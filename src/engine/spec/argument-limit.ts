/** The limit of an argument or a variable on Linux, its terminating byte included. */
export const maxArgumentBytes = 128 * 1024;
