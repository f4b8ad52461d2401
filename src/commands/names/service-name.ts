import { matchNames, resolveName } from '../../engine/client/names/match.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { ServiceStatus } from '../../engine/contract/status.ts';
import { listNames } from '../../engine/text/suggestion.ts';
import type { CommandContext } from '../program/command.ts';
import { select } from './ask.ts';

/** The service to visit; without a name the only exposed one, or a choice. */
export async function chooseService(
  context: Pick<CommandContext, 'terminal' | 'signal'>,
  services: readonly ServiceStatus[],
  wanted: string | undefined,
): Promise<string> {
  const names = services.map(({ name }) => name);
  const exposed = services.filter(({ kind }) => kind === 'expose').map(({ name }) => name);
  const matches = wanted === undefined ? (exposed.length > 0 ? exposed : names) : matchNames(wanted, names);
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  if (matches.length > 1 && context.terminal.canAsk) return select(context, 'Which service?', matches);
  if (wanted !== undefined) return resolveName('service', wanted, names);
  if (matches.length === 0) throw new SymphonyError('not-found', 'The experiment has no service to visit.');
  throw new SymphonyError('cannot-ask', 'No service is named.', { hint: `Name one of: ${listNames(matches)}.` });
}
