import type { SectionSchemas } from '../../../engine/contract/backend-definition.ts';
import { toJsonSchema } from '../../../engine/spec/schema/to-json-schema.ts';
import { dockerSectionSchema } from './docker-section.ts';

/** The JSON Schemas of `docker:` sections. */
export function dockerSectionSchemas(): SectionSchemas {
  return {
    experiment: toJsonSchema(dockerSectionSchema('experiment')),
    group: toJsonSchema(dockerSectionSchema('group')),
    process: toJsonSchema(dockerSectionSchema('process')),
  };
}
