import { expect, it } from 'vitest';
import { BuildKitReader } from '../../../../../src/backends/docker/images/build/buildkit-reader.ts';
import { bytesField, numberField } from '../../support/protobuf.ts';

const time = numberField(1, 1);

interface Step {
  readonly digest: string;
  readonly name: string;
  readonly state: 'waits' | 'runs' | 'done';
  readonly error?: string;
}

function vertex({ digest, name, state, error }: Step): Buffer {
  const parts = [bytesField(1, digest), bytesField(3, name)];
  if (state !== 'waits') parts.push(bytesField(5, time));
  if (state === 'done') parts.push(bytesField(6, time));
  if (error !== undefined) parts.push(bytesField(7, error));
  return bytesField(1, Buffer.concat(parts));
}

function log(digest: string, text: string): Buffer {
  return bytesField(3, Buffer.concat([bytesField(1, digest), bytesField(4, text)]));
}

function message(...parts: readonly Buffer[]) {
  return { id: 'moby.buildkit.trace', aux: Buffer.concat(parts).toString('base64') };
}

it('counts the steps of all stages, and names the one that began last', () => {
  const reader = new BuildKitReader();
  expect(reader.progress()).toBeUndefined();
  reader.read(message(vertex({ digest: '0', name: '[internal] load metadata for busybox', state: 'runs' })));
  expect(reader.progress()).toEqual({ detail: 'load metadata for busybox' });
  reader.read(
    message(
      vertex({ digest: '0', name: '[internal] load metadata for busybox', state: 'done' }),
      vertex({ digest: '1', name: '[base 1/2] FROM busybox', state: 'done' }),
      vertex({ digest: '2', name: '[base 2/2] RUN make', state: 'runs' }),
      vertex({ digest: '3', name: '[stage-1 2/2] COPY . /app', state: 'waits' }),
    ),
  );
  expect(reader.progress()).toEqual({ done: 1, total: 3, detail: 'RUN make' });
  expect(reader.step()).toEqual({ number: '2/2', command: 'RUN make', output: [] });
});

it('names the step that failed, not those that were cancelled with it, with its own output', () => {
  const reader = new BuildKitReader();
  const first = { digest: '1', name: '[2/3] RUN false' };
  const second = { digest: '2', name: '[3/3] RUN sleep 9' };
  reader.read(message(vertex({ ...first, state: 'runs' }), vertex({ ...second, state: 'runs' })));
  reader.read(message(log('1', 'wro'), log('2', 'other\n'), log('1', 'ng\nlast')));
  reader.read(message(vertex({ ...first, state: 'done', error: 'exit code: 1' })));
  reader.read(message(vertex({ ...second, state: 'done', error: 'executor failed: context canceled' })));
  expect(reader.step()).toEqual({ number: '2/3', command: 'RUN false', output: ['wrong', 'last'] });
});

it('ignores messages of other kinds', () => {
  const reader = new BuildKitReader();
  reader.read({ id: 'moby.image.id', aux: { ID: 'sha256:1' } });
  reader.read({ stream: 'text' });
  expect(reader.step()).toBeUndefined();
});
