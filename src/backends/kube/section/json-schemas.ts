import type { SectionSchemas } from '../../../engine/contract/backend-definition.ts';
import { toJsonSchema } from '../../../engine/spec/schema/to-json-schema.ts';
import { kubeSectionSchema } from './kube-section.ts';

/** The JSON Schemas of `kube:` sections. */
export function kubeSectionSchemas(): SectionSchemas {
  return {
    experiment: toJsonSchema(kubeSectionSchema('experiment')),
    group: toJsonSchema(kubeSectionSchema('group')),
    process: toJsonSchema(kubeSectionSchema('process')),
  };
}
