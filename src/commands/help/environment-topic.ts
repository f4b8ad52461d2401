import { registeredBackends } from '../../engine/contract/backend-registry.ts';
import { environmentName, settingDefinitions } from '../../engine/settings/config.ts';
import type { HelpBlock } from './help-block.ts';

export function environmentTopic(program: string): readonly HelpBlock[] {
  const settings = [...settingDefinitions()].map(
    ([name, { description, expects }]) => [environmentName(name), `${description}. Value: ${expects}.`] as const,
  );
  const ofBackends = [...registeredBackends()].flatMap(([, { environment = {} }]) => Object.entries(environment));
  return [
    {
      text: `Variables take precedence over .symphony.yaml and the user's own settings, and options over variables. ${program} config shows where each setting comes from.`,
    },
    { heading: 'Settings' },
    { terms: settings },
    { heading: 'Others' },
    {
      terms: [
        ['SYMPHONY_HOME', 'The folder of everything that Symphony keeps: settings, state and logs.'],
        ['SYMPHONY_DEBUG', 'If it is 1, an error is printed with its stack trace.'],
        ['XDG_CONFIG_HOME, XDG_STATE_HOME', 'The base folders of settings and state without SYMPHONY_HOME.'],
        ['NO_COLOR, FORCE_COLOR', 'Whether output has colours, before the setting color.'],
        ...ofBackends,
        ['SSH_CONNECTION, SSH_TTY', 'In an ssh session, visit prints the tunnel to open instead of opening a browser.'],
      ],
    },
    { heading: 'What a process finds' },
    {
      terms: [
        ['SYMPH_EXPERIMENT, SYMPH_PROCESS_GROUP, SYMPH_PROCESS', 'The names of its experiment, its group and itself.'],
        ['SYMPH_ID', 'A random id, different for each launch.'],
        ['SYMPH_REPLICA, SYMPH_REPLICAS', 'Its number among its replicas, from 0, and how many there are.'],
        [
          'SYMPH_NAME_HOST, SYMPH_NAME_PORT',
          'Where to listen for the service NAME, or to connect to it; NAME is in upper case, with _ for -.',
        ],
        ['SYMPH_NAME_ADDR', 'The address of the service NAME for others, as HOST:PORT.'],
        ['SYMPH_SECRETS_DIR', 'The folder of its secret files.'],
        ['PYTHONUNBUFFERED', '1, unless it is set otherwise.'],
      ],
    },
  ];
}
