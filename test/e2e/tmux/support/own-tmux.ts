import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { run } from '../../../support/bin.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** A tmux server that no other test uses, with the commands of a user who works in it. */
export class OwnTmux {
  readonly socket = `symphony-test-${randomBytes(5).toString('hex')}`;

  /** Runs a tmux command, which must succeed, and resolves with its output. */
  async ok(...command: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#run(command);
    if (exitCode !== 0) throw new Error(`tmux ${command.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** One line for each window: its session, its index and its name. */
  async windows(): Promise<string[]> {
    const text = await this.ok('list-windows', '-a', '-F', '#{session_name} #{window_index} #{window_name}');
    return text.split('\n').slice(0, -1);
  }

  /** The content of a window, without empty lines. */
  async screen(target: string): Promise<string[]> {
    const text = await this.ok('capture-pane', '-p', '-J', '-S', '-', '-t', target);
    return text.split('\n').filter((line) => line !== '');
  }

  async isRunning(): Promise<boolean> {
    return (await this.#run(['list-sessions'])).exitCode === 0;
  }

  /** Resolves once the server has ended, which it does after its last session. */
  async expectGone(): Promise<void> {
    await waitFor(async () => !(await this.isRunning()), { what: `the tmux server ${this.socket} to end` });
  }

  async remove(): Promise<void> {
    await this.#run(['kill-server']);
    await rm(`/tmp/tmux-${process.getuid?.()}/${this.socket}`, { force: true });
  }

  #run(command: readonly string[]) {
    const env = { TMUX: undefined, TMUX_TMPDIR: undefined };
    return run(['tmux', '-L', this.socket, '-f', '/dev/null', ...command], { env });
  }
}
