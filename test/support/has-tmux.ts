import { spawnSync } from 'node:child_process';

/** Whether tmux is installed. What needs it is skipped elsewhere. */
export const hasTmux = spawnSync('tmux', ['-V'], { stdio: 'ignore' }).status === 0;
