import * as z from 'zod/mini';
import { registeredSections } from '../../contract/backend-registry.ts';
import { startConditions, stopSignals } from '../experiment-spec.ts';
import { maxReplicas } from '../max-replicas.ts';
import {
  byMember,
  byName,
  command,
  cores,
  describe,
  duration,
  environment,
  field,
  fields,
  members,
  name,
  oneOf,
  section,
  services,
  shell,
  size,
  text,
  texts,
  whole,
} from './schema-fields.ts';
import type { ExperimentInput } from './spec-input.ts';

const day = 86_400;

type ExperimentSchema = z.ZodMiniType<ExperimentInput>;

let built: { readonly sections: string; readonly schema: ExperimentSchema } | undefined;

/**
 * The schema of a spec as authors write it, with the sections of the registered backends. Built on first use: most
 * commands never read a spec.
 */
export function experimentSchema(): ExperimentSchema {
  const sections = [...registeredSections().keys()].join(' ');
  if (built?.sections !== sections) built = { sections, schema: buildSchema() as ExperimentSchema };
  return built.schema;
}

function buildSchema() {
  const processes = () => byName(processSchema(), 'processes by name');
  return fields(
    {
      $schema: field(z.string({ error: 'an address' }), 'The schema of this file, for editors.'),
      name: describe(name(), 'Names the experiment on its cluster.'),
      processes: field(processes(), 'Processes outside any group, by name.'),
      groups: field(
        byName(
          fields(
            {
              processes: field(processes(), 'The processes of the group, by name.'),
              replicas: field(whole(1, maxReplicas), 'The number of copies of the whole group: agents-0, agents-1, …'),
              after: field(
                conditions(),
                'What others must have reached before a process of the group is started: { NAME: CONDITION }.',
              ),
              ...shared('every process of the group'),
              ...restarts('its processes are restarted when they end'),
              resources: field(resources(), 'The resources that each of its processes may use.'),
              ...sections(),
            },
            'a process group with its processes',
          ),
          'process groups by name',
        ),
        'Groups of processes that belong together and are placed together, by name.',
      ),
      portRange: field(
        z.union([portPair(), z.string().check(z.regex(/^\d{1,5}-\d{1,5}$/, { error: portRangeRule }))], {
          error: portRangeRule,
        }),
        'First and last port that may be assigned; 7000-8999 by default.',
      ),
      onFailure: field(
        oneOf(['continue', 'stop']),
        'What happens to the others when one process fails; continue by default.',
      ),
      endsWith: field(endsWith(), 'The experiment is over when these have ended: the others are then stopped.'),
      maxDuration: field(limit(), 'The experiment is stopped after this time, such as 12h, which counts as failed.'),
      ...shared('every process'),
      ...sections(),
    },
    'an experiment with its name and processes',
  );
}

export const portRangeRule = 'first and last port, from 1 to 65535, such as 7000-8999';

function portPair() {
  const port = () => whole(1, 65535, portRangeRule);
  return z.tuple([port(), port()], { error: portRangeRule });
}

function shared(whom: string) {
  return {
    env: field(environment(), `Environment variables of ${whom}.`),
    startDir: field(text('a path'), `Where ${whom} starts: the folder of this file if nothing is said.`),
    preamble: field(
      texts('a shell command', 'a shell command, or a list of them'),
      `Shell commands before ${whom}, in the same shell.`,
    ),
    shell: field(
      shell(),
      `The shell of the preamble of ${whom}, and of commands that are text: a name or path; /bin/sh by default.`,
    ),
    image: field(
      z.string({ error: 'a container image' }).check(z.regex(/^\S+$/, { error: 'a container image, without spaces' })),
      `The container image of ${whom}, for backends that run containers.`,
    ),
    files: field(
      texts('a path inside startDir', 'paths inside startDir'),
      `The program's own files and folders, for ${whom}, inside startDir.`,
    ),
    secrets: field(
      texts('the path of a file', 'paths of files'),
      `Files that ${whom} finds in the folder SYMPH_SECRETS_DIR.`,
    ),
  };
}

function restarts(what: string) {
  const policies = ['never', 'on-failure', 'always'] as const;
  const maxRestarts = whole(0, 1_000_000);
  const withLimit = fields(
    {
      policy: describe(oneOf(policies), 'never, on-failure or always.'),
      maxRestarts: field(maxRestarts, 'The maximum number of restarts.'),
    },
    'a policy, with maxRestarts',
  );
  return {
    restart: field(
      z.union([oneOf(policies), withLimit], { error: 'never, on-failure or always' }),
      `Whether ${what}; never by default.`,
    ),
    maxRestarts: field(maxRestarts, 'The maximum number of restarts; unlimited without it.'),
  };
}

function resources() {
  return fields(
    {
      cpu: field(cores(), 'CPU cores, such as 0.5 or 500m.'),
      memory: field(size(1), 'Memory in bytes, or such as 4Gi.'),
      gpu: field(whole(0, 1024), 'GPUs.'),
    },
    'cpu, memory and gpu',
  );
}

function sections() {
  return Object.fromEntries([...registeredSections().keys()].map((name) => [name, section(name)]));
}

function processSchema() {
  return fields(
    {
      command: describe(command(), 'The command: text runs in a shell, a list is a program with its arguments.'),
      ...shared('this process'),
      replicas: field(
        whole(1, maxReplicas),
        'The number of copies: agent-0, agent-1, …, each with its number as SYMPH_REPLICA.',
      ),
      bind: field(services(), 'Services it listens on and others connect to.'),
      connect: field(
        texts('a service name', 'a service name, or a list of them'),
        'Services of others that it connects to.',
      ),
      expose: field(services(), 'Services it listens on and people visit.'),
      ...restarts('it is restarted when it ends'),
      ready: field(readiness(), 'When it is ready; by default, when every service it binds is listening.'),
      after: field(
        conditions(),
        'What others must have reached before it is started: { NAME: CONDITION }; it starts at once by default.',
      ),
      maxDuration: field(limit(), 'A run is stopped after this time, such as 2h, which counts as failed.'),
      alive: field(liveness(), 'When a run counts as hanging and is ended, as failed; never by default.'),
      stop: field(
        fields(
          {
            signal: field(
              z.enum(
                stopSignals.flatMap((signal) => [signal, `SIG${signal}` as const]),
                { error: stopSignals.join(', ') },
              ),
              'The signal that asks it to end; TERM by default.',
            ),
            timeout: field(duration(day), 'How long it may take before it is killed; 10 s by default.'),
          },
          'a signal and a timeout',
        ),
        'How it is stopped.',
      ),
      tty: field(z.boolean({ error: 'true or false' }), 'Gives it a terminal that attach can enter.'),
      resources: field(resources(), 'The resources it may use.'),
      log: field(
        fields({ size: describe(size(4096), 'Bytes, or such as 64Mi; 256Mi by default.') }, 'a size'),
        'The size of its log that is kept.',
      ),
      ...sections(),
    },
    'a process with its command',
  );
}

const endsWithRule = 'the name of a process or group, a list of them, or { processes: NAMES, delay: 10s }';

function endsWith() {
  return z.union(
    [
      members(),
      fields(
        {
          processes: describe(members(), 'The processes and groups whose end ends the experiment.'),
          delay: field(duration(day), 'How long the others may take to end by themselves; 0 by default.'),
        },
        endsWithRule,
      ),
    ],
    { error: endsWithRule },
  );
}

function conditions() {
  return byMember(oneOf(startConditions), 'names of processes and groups with started, ready, succeeded or ended');
}

function limit() {
  return duration(365 * day, minLimitSeconds);
}

const minLimitSeconds = 0.1;

function readiness() {
  const error = 'started, or one of { service: NAME }, { log: PATTERN }, { command: … }';
  return z.union(
    [
      z.literal('started', { error }),
      fields(
        {
          service: field(name(), 'Ready when this service, which it binds or exposes, is listening.'),
          log: field(text('a regular expression'), 'Ready when a line of its log matches this regular expression.'),
          command: field(command(), 'Ready when this command succeeds.'),
        },
        error,
      ),
    ],
    { error },
  );
}

function liveness() {
  return fields(
    {
      silence: field(duration(365 * day), 'It hangs when nothing was written to its log for so long, such as 10m.'),
      command: field(command(), 'It hangs when this command, run in its folder and environment, fails.'),
      service: field(name(), 'It hangs when this service, which it binds or exposes, does not accept connections.'),
      every: field(duration(day), 'The time between two checks; 10 s by default.'),
      failures: field(whole(1, 1000), 'How often in a row the check must fail; 3 by default.'),
    },
    'one of { silence: 10m }, { command: … }, { service: NAME }',
  );
}
