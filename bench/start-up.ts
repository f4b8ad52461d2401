import { inTurn, milliseconds, type Row, ratio, run, withHome } from './measure.ts';

/** Measures the start of a command. */
export async function bench(): Promise<readonly Row[]> {
  return withHome(async (symphony) => {
    const empty = async () => (await run(process.execPath, ['-e', '0'])).milliseconds;
    const list = await inTurn(21, async () => (await symphony('ls')).milliseconds, empty);
    return [
      {
        what: '`symphony ls`, warm, wall, against an empty `node` program',
        reach: 'at most 2x',
        measured: `${ratio(list.ratio)} (${milliseconds(list.first)} / ${milliseconds(list.second)})`,
        met: list.ratio <= 2,
      },
    ];
  });
}
