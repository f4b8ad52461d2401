interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** The JSON object in an annotation. Anybody can edit annotations: what is no JSON object reads as an empty one. */
export function readAnnotation({ metadata }: Annotated, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(metadata.annotations?.[name] ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** The count that a name has in such an annotation; 0 for one that has none. */
export function readCount(annotated: Annotated, annotation: string, name: string): number {
  const count = readAnnotation(annotated, annotation)[name];
  return typeof count === 'number' && Number.isFinite(count) ? count : 0;
}
