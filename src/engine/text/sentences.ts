/** A number with what it counts: `1 restart`, `3 processes`. @param plural by default the singular with an s */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** A message and its hint on one line, as two sentences. */
export function withHint(message: string, hint: string | undefined): string {
  if (hint === undefined || hint === '') return message;
  return /[.?!…:]$/.test(message) ? `${message} ${hint}` : `${message}. ${hint}`;
}
