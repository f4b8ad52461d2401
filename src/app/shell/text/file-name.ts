/** A name of a file for a text: the title with everything but letters, digits, `.`, `_` and `-` replaced. */
export function fileName(title: string, extension: string): string {
  return `${title.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '')}.${extension}`;
}
