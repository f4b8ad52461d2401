import type { ActionName } from '../../shell/keys/binding.ts';
import { keyLabel } from '../../shell/keys/key-label.ts';
import { clusterName } from '../../shell/status/place.ts';
import type { AppState } from '../../shell/store/state.ts';
import { pad } from '../../shell/text/pad.ts';
import { paint } from '../../shell/theme/theme.ts';

/** The largest number of rows of the start screen, including an empty one below it. */
export const startHeight = 16;

/** The screen while there are no experiments: how to launch one. */
export function renderStart(state: AppState): string[] {
  const { theme, connection, cluster } = state;
  if (connection.kind === 'connecting') {
    return ['', paint(theme, 'dim', `  Asking ${cluster?.backend ?? 'the cluster'} for its experiments …`)];
  }
  if (connection.kind === 'stale') {
    return [
      '',
      paint(theme, 'bad', `  ${cluster?.backend ?? 'The cluster'} does not answer.`),
      '',
      `  ${connection.reason}`,
    ];
  }
  const key = (action: ActionName) => {
    const binding = state.bindings.find((candidate) => candidate.action === action);
    return paint(theme, 'key', pad(keyLabel(binding?.keys[0] ?? ''), 4));
  };
  return [
    '',
    `  ${paint(theme, 'title', 'No experiment runs')} on ${paint(theme, 'accent', clusterName(state))}.`,
    '',
    `    ${key('launch')} launch one: pick a file of this folder and see its plan`,
    `    ${key('backends')} change to another backend`,
    `    ${key('command')} run any command, such as ${paint(theme, 'accent', ':launch rl.yaml')}`,
    `    ${key('help')} all the keys`,
    '',
    paint(theme, 'dim', '  An experiment file looks like this:'),
    '',
    ...[
      'name: hello',
      'processes:',
      '  server: { command: python server.py, bind: [api] }',
      '  client: { command: python client.py, connect: [api], replicas: 4 }',
    ].map((line) => paint(theme, 'dim', `    ${line}`)),
  ];
}
