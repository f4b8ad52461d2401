import * as z from 'zod/mini';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of what a Zod schema accepts. */
export function toJsonSchema(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema;
}
