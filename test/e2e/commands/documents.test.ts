import { describe, expect } from 'vitest';
import { placeOf } from '../../support/documents/blocks.ts';
import { runDocuments } from '../../support/documents/run-documents.ts';
import { isYaml, yamlContent } from '../../support/documents/yaml-blocks.ts';
import { test } from '../../support/session.ts';

describe.each(runDocuments)('%s', (_, blocks) => {
  const declarations = blocks.filter((block) => isYaml(block) && yamlContent(block).kind === 'spec');

  test.runIf(declarations.length > 0)('declarations through launch --dry-run', async ({ session }) => {
    for (const block of declarations) {
      const content = yamlContent(block);
      if (content.kind !== 'spec') continue;
      const file = await session.file('declaration.json', content.spec);
      const planned = await session.run(['launch', file, '--dry-run']);
      expect(planned.exitCode, `${placeOf(block)}\n${planned.stderr}`).toBe(0);
      expect(planned.stdout).toMatch(/^process: /m);
    }
  });
});
