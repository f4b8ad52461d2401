/**
 * Escapes text so that Kubernetes does not expand `$(NAME)` and `$$` in it: in commands, arguments, probes and values
 * of variables.
 */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
