import { expect, it } from 'vitest';
import { ClassicReader } from '../../../../../src/backends/docker/images/build/classic-reader.ts';

it('reads the steps of Docker, whose text arrives in parts', () => {
  const reader = new ClassicReader();
  expect(reader.progress()).toBeUndefined();
  reader.read({ status: 'Pulling fs layer', id: 'a1b2' });
  expect(reader.progress()).toEqual({ detail: 'Pulling fs layer a1b2' });
  reader.read({ stream: 'Step 1/3 : FROM busybox\n ---> 766a6dc75290\nStep 2/3 : RUN ' });
  reader.read({ stream: 'make\n' });
  reader.read({ stream: ' ---> Running in b5f8696c0f73\n' });
  reader.read({ stream: 'out\n' });
  reader.read({ stream: '\u001b[91mwrong\n\u001b[0m' });
  reader.read({ stream: 'Removing intermediate container b5f8696c0f73' });
  expect(reader.progress()).toEqual({ done: 2, total: 3, detail: 'RUN make' });
  expect(reader.step()).toEqual({ number: '2/3', command: 'RUN make', output: ['out', 'wrong'] });
});

it('shows what is pulled for a step', () => {
  const reader = new ClassicReader();
  reader.read({ stream: 'Step 1/3 : FROM busybox\n' });
  reader.read({ status: 'Downloading', id: 'a1b2' });
  expect(reader.progress()).toEqual({ done: 1, total: 3, detail: 'Downloading a1b2' });
});

it('reads the steps of Podman, of several stages', () => {
  const reader = new ClassicReader();
  reader.read({ stream: '[1/2] STEP 1/2: FROM busybox AS base\n' });
  reader.read({ stream: '[2/2] STEP 2/2: RUN make\n' });
  reader.read({ stream: 'one\rtwo\n' });
  reader.read({ stream: '--> 4e6ba9e11ef\n' });
  expect(reader.step()).toEqual({ number: '2/2', command: 'RUN make', output: ['two'] });
});

it('keeps the last lines', () => {
  const reader = new ClassicReader();
  reader.read({ stream: 'Step 1/1 : RUN seq 100\n' });
  for (let line = 1; line <= 100; line++) reader.read({ stream: `${line}\n` });
  const { output = [] } = reader.step() ?? {};
  expect(output.length).toBeLessThan(30);
  expect(output.at(-1)).toBe('100');
});
