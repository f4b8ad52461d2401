import { OwnTmux } from '../e2e/tmux/support/own-tmux.ts';
import { describeContract } from './contract.ts';
import { machineHarness, openOnThisMachine } from './support/open-on-this-machine.ts';

const tmux = new OwnTmux();

describeContract('tmux', {
  ...machineHarness,
  open: () =>
    openOnThisMachine('tmux', {
      settings: { socket: tmux.socket },
      expectGone: () => tmux.expectGone(),
      remove: () => tmux.remove(),
    }),
});
