import { expect, it } from 'vitest';
import { one, parse, problems, problemsOf } from '../support/problems.ts';

it('a value may refer to variables of the process, its services and Symphony’s own', () => {
  expect(() =>
    one({
      replicas: 2,
      bind: 'rendezvous',
      secrets: '/key',
      env: {
        MASTER_ADDR: '${SYMPH_RENDEZVOUS_HOST}',
        FIRST: '${SYMPH_RENDEZVOUS_0_ADDR}',
        RANK: '${SYMPH_REPLICA}',
        WORLD_SIZE: '${SYMPH_REPLICAS}',
        KEY: '${SYMPH_SECRETS_DIR}/key',
        URL: 'tcp://${MASTER_ADDR} ${TOKEN} ${SYMPH_ID} ${SYMPH_EXPERIMENT} ${SYMPH_PROCESS}',
        TOKEN: { secret: true, fromEnv: 'T' },
        PRICE: '$5, $HOME, $$, $${SHELL}',
      },
    }),
  ).not.toThrow();
});

it('a name that is none is refused at the level that refers to it, with near names', async () => {
  const lines = await problems({
    name: 'x',
    env: { RANK: '${SYMPH_REPLICA}' },
    groups: {
      g: {
        env: { A: '${MASTER_ADRR}', MASTER_ADDR: 'x' },
        processes: { p: { command: 'x', env: { B: '${HOME}/x' } } },
      },
    },
    processes: { q: { command: 'x', replicas: 1, bind: 'server', env: { C: '${SYMPH_SERVR_PORT}' } } },
  });
  expect(lines.toSorted()).toEqual([
    'env.RANK: refers to ${SYMPH_REPLICA}, which groups.g.processes.p does not have without replicas; set replicas, 1 or more',
    'groups.g.env.A: refers to ${MASTER_ADRR}, which is no variable of groups.g.processes.p; did you mean MASTER_ADDR?',
    expect.stringMatching(
      /^groups\.g\.processes\.p\.env\.B: refers to \$\{HOME\}, which .* neither env nor Symphony sets it, .* preamble .* \$\$\{HOME\} for/,
    ),
    expect.stringMatching(
      /^processes\.q\.env\.C: .*\$\{SYMPH_SERVR_PORT\}, which .*; did you mean SYMPH_SERVER_PORT or/,
    ),
  ]);
});

it('a service is known without its number where it can mean one only', async () => {
  const spec = (env: object) => ({
    name: 'x',
    groups: { g: { replicas: 2, processes: { a: { command: 'x', bind: 's' }, b: { command: 'x', env } } } },
    processes: { c: { command: 'x', connect: 's', env: { A: '${SYMPH_S_1_ADDR}' } } },
  });
  expect(() => parse(spec({ A: '${SYMPH_S_ADDR}' }))).not.toThrow();
  const outside = { ...spec({}), processes: { c: { command: 'x', env: { A: '${SYMPH_S_ADDR}' } } } };
  expect((await problems(outside))[0]).toMatch(/^processes\.c\.env\.A: refers to \$\{SYMPH_S_ADDR\}/);
});

it('a cycle is refused once, and a variable that extends itself with what to write instead', async () => {
  expect(await problemsOf({ env: { A: '${B}', B: '${C}', C: '-${A}-', D: '${A}' } })).toEqual([
    'env.A: refers to itself through B and C',
  ]);
  expect((await problemsOf({ env: { PATH: '/opt/bin:${PATH}' } }))[0]).toMatch(
    /^env\.PATH: refers to itself\. .* extend it in the preamble: export PATH="…\$PATH"$/,
  );
});

it('what begins like a reference is refused, and one in a list of problems of its own is not', async () => {
  expect(await problemsOf({ env: { A: '${A:-b}', B: '${', C: '${1}' } })).toEqual(
    ['A', 'B', 'C'].map(
      (name) => `env.${name}: has \${ without the name of a variable and }; write $\${ for the text itself`,
    ),
  );
});

it('values that double and double are refused without computing them', async () => {
  const env = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`V${index}`, index === 0 ? 'xx' : `\${V${index - 1}}\${V${index - 1}}`]),
  );
  const lines = await problemsOf({ env });
  expect(lines[0]).toMatch(
    /^env\.V16: is about 13\d+ bytes once its references are replaced; a variable can have 131072/,
  );
});

it('a reference to what is wrong itself is not reported again', async () => {
  expect(await problemsOf({ bind: 5, env: { A: '${SYMPH_S_PORT}' } })).toHaveLength(1);
  expect(await problemsOf({ env: { A: '${B}', B: null } })).toHaveLength(1);
});
