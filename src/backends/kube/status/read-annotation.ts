interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Reads the JSON object in an annotation. Users can edit annotations, so other content reads as an empty object. */
export function readAnnotation({ metadata }: Annotated, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(metadata.annotations?.[name] ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** The count of a name in such an annotation; 0 if it has none. */
export function readCount(annotated: Annotated, annotation: string, name: string): number {
  const count = readAnnotation(annotated, annotation)[name];
  return typeof count === 'number' && Number.isFinite(count) ? count : 0;
}
