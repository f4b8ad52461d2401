import { matchNames } from '../../engine/client/names/match.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { History } from '../../engine/history/history.ts';
import type { HistoryEntry } from '../../engine/history/history-entry.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { listNames } from '../../engine/text/suggestion.ts';
import { select } from '../names/ask.ts';
import type { CommandContext } from '../program/command.ts';

/**
 * The past experiment that a command acts on: an entry (`rl.2`), or the newest entry of an experiment (`rl`). A name is
 * matched exactly, by prefix or by substring, with a question if several match and a terminal can ask.
 * @throws SymphonyError `not-found`, `ambiguous`
 */
export async function choosePast(
  context: Pick<CommandContext, 'terminal' | 'signal'>,
  wanted: string,
): Promise<HistoryEntry> {
  const history = new History();
  const entries = await history.list();
  const experiments = [...new Set(entries.map(({ experiment }) => experiment))];
  const username = await readSetting('username');
  const exact = [wanted, ...(username === '' ? [] : [`${username}-${wanted}`])].find(
    (name) => experiments.includes(name) || entries.some((entry) => entry.name === name),
  );
  if (exact !== undefined) return history.find(exact);
  const matches = matchNames(wanted, experiments);
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return history.find(only);
  if (matches.length > 1 && context.terminal.canAsk) {
    return history.find(await select(context, `Which past experiment is ${JSON.stringify(wanted)}?`, matches));
  }
  if (matches.length > 1) {
    throw new SymphonyError('ambiguous', `Several past experiments match ${JSON.stringify(wanted)}.`, {
      hint: `Name one of: ${listNames(matches)}.`,
    });
  }
  return history.find(wanted);
}
