/**
 * A text that arrives as it is where Kubernetes expands `$(NAME)` and `$$`: in commands, arguments, probes and values of
 * variables.
 */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
