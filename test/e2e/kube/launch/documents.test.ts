import { spawnSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { supervisorImage } from '../../../support/connect-kube.ts';
import { allBlocks, placeOf } from '../../../support/documents/blocks.ts';
import { isShell } from '../../../support/documents/shell-lines.ts';
import { typeBlock } from '../../../support/documents/type-block.ts';
import { isYaml, yamlContent } from '../../../support/documents/yaml-blocks.ts';
import { test } from '../support/kube-test.ts';

const blocks = allBlocks.filter(({ document }) => document === 'docs/kubernetes.md');

describe('docs/kubernetes.md', () => {
  test.for(blocks.filter(isShell))('commands of line $line', async (block, { lab }) => {
    lab.adopt('rl');
    expect(await typeBlock(lab.session, block, { kube: true }, supervisorImage)).toBeGreaterThan(3);
  });

  const manifests = blocks.filter((block) => isYaml(block) && yamlContent(block).kind === 'manifests');

  test.for(manifests)('the server takes the objects of line $line', async (block, { lab }) => {
    // Objects of a namespace are checked in one that exists.
    const namespace = await lab.namespace(`documents-${block.line}`);
    const objects = block.text.replaceAll('team-a', namespace);
    const applied = spawnSync('kubectl', ['apply', '--dry-run=server', '-f', '-'], {
      input: objects,
      encoding: 'utf8',
    });
    expect(applied.status, `${placeOf(block)}\n${applied.stderr}`).toBe(0);
  });
});
