import type { SpecLevel } from '../../contract/backend-definition.ts';
import { registeredSections } from '../../contract/backend-registry.ts';
import { experimentSchema } from './spec-schema.ts';
import { type JsonSchema, toJsonSchema } from './to-json-schema.ts';

/** The part of a JSON Schema that this file reads and writes. */
interface ObjectSchema {
  readonly properties: Record<string, JsonSchema>;
}

/** Identifies the published schema, as `$ref` and editors do; nothing is loaded from there. */
const schemaId = 'https://github.com/symphony-run/symphony/spec.schema.json';

/** A section in a place where its backend has no fields. */
const noFields: JsonSchema = { type: 'object', additionalProperties: false };

/**
 * The JSON Schema of a spec file, for editors, with the sections of all registered backends. That of Symphony's own
 * backends is published as `@symphony-run/symphony/spec.schema.json`.
 */
export async function specJsonSchema(): Promise<Record<string, unknown>> {
  const schema = toJsonSchema(experimentSchema());
  const definitions: Record<string, JsonSchema> = {};
  for (const [name, section] of registeredSections()) {
    if (section === undefined) continue;
    const schemas = await section.schemas();
    for (const [level, places] of Object.entries(placesOf(schema))) {
      const key = `${name}-of-${level}`;
      definitions[key] = { ...noFields, ...schemas[level as SpecLevel] };
      for (const { properties } of places) {
        properties[name] = { $ref: `#/$defs/${key}`, description: properties[name]?.description };
      }
    }
  }
  return { $id: schemaId, title: 'An experiment for Symphony', ...schema, $defs: definitions };
}

/** The schemas of every object of a spec that has sections. */
function placesOf(experiment: JsonSchema): Record<SpecLevel, ObjectSchema[]> {
  const named = (schema: ObjectSchema, field: string) =>
    (schema.properties[field] as unknown as { readonly additionalProperties: ObjectSchema }).additionalProperties;
  const whole = experiment as unknown as ObjectSchema;
  const group = named(whole, 'groups');
  return { experiment: [whole], group: [group], process: [named(whole, 'processes'), named(group, 'processes')] };
}
