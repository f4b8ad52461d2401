import type { RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect } from 'vitest';
import '../../../../src/backends/index.ts';
import { planSupervision } from '../../../../src/backends/kube/supervisor/plan-supervision.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { answerJson } from '../api/support/api-server.ts';
import { type Lab, test } from '../api/support/lab.ts';

/** A server on which the user may not create these. */
function server(...forbidden: readonly string[]): RequestListener {
  return async (request, response) => {
    const { spec } = (await json(request)) as { spec: { resourceAttributes: { resource: string } } };
    answerJson({ status: { allowed: !forbidden.includes(spec.resourceAttributes.resource) } }, 201)(request, response);
  };
}

async function plan(lab: Lab, fields: object, forbidden: readonly string[], hasNotices = true) {
  const { url } = await lab.server(server(...forbidden), 'tls');
  const spec = parseSpec({ name: 'rl', image: 'i', processes: { p: { command: 'x', ...fields } } }, { baseDir: '/' });
  const location = { experiment: 'rl', namespace: 'rl', ownNamespace: true };
  const options = { account: undefined, hasNotices };
  return planSupervision(await lab.client(url), resolveExperiment(spec), location, options);
}

test('an experiment without rules gets a supervisor if it has notices to send', async ({ lab }) => {
  expect(await plan(lab, {}, [], false)).toBeUndefined();
  expect(await plan(lab, {}, [])).toEqual({
    supervision: { kind: 'pod', isStrict: false, isForNotices: true },
    mayRecordEvents: true,
    tells: true,
  });
  expect(await plan(lab, { maxDuration: 5 }, [])).toMatchObject({
    supervision: { kind: 'pod', isStrict: true },
    tells: true,
  });
});

test('without the rights to create one it is launched all the same, and a remark says that no notices are sent', async ({
  lab,
}) => {
  const without = (reason: string) => ({ supervision: { kind: 'none', reason }, tells: false });
  expect(await plan(lab, {}, ['deployments'])).toMatchObject(
    without(
      'no notices are sent: the experiment has no supervisor, because user sarah may not create deployments.apps in namespace rl',
    ),
  );
  expect(await plan(lab, {}, ['secrets'])).toMatchObject(
    without(
      'no notices are sent: the experiment has no supervisor, because user sarah may not create secrets in namespace rl',
    ),
  );
  const both = await plan(lab, { restart: 'on-failure' }, ['roles']);
  expect(both?.supervision).toMatchObject({
    reason: expect.stringMatching(/^processes that are lost .*, and no notices are sent: the experiment has no/),
  });
});

test('rules are kept without the right to create Secrets, and a warning says that no notices are sent', async ({
  lab,
}) => {
  expect(await plan(lab, { maxDuration: 5 }, ['secrets'])).toEqual({
    supervision: { kind: 'pod', isStrict: true },
    mayRecordEvents: true,
    tells: false,
    warning: 'No notices are sent: user sarah may not create secrets in namespace rl.',
  });
});
