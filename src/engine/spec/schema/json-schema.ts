import * as z from 'zod/mini';
import { experimentSchema } from './spec-schema.ts';

/** The JSON Schema of a spec file, for editors. Published as `symphony/spec.schema.json`. */
export function specJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(experimentSchema(), { io: 'input', target: 'draft-2020-12' });
  return { title: 'An experiment for Symphony', ...schema };
}
