import { expect, it } from 'vitest';
import { tunnelCommand } from '../../../src/commands/shared/ssh-tunnel.ts';

const address = { host: '0.0.0.0', port: 7001 };

it('a tunnel is offered in an ssh session only', () => {
  expect(tunnelCommand(address, {})).toBeUndefined();
  const command = tunnelCommand(address, { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 2222' });
  expect(command).toMatch(/^ssh -N -p 2222 -L 7001:127\.0\.0\.1:7001 \S+@10\.0\.0\.2$/);
  const onIPv6 = tunnelCommand({ host: '::1', port: 7001 }, { SSH_TTY: '/dev/pts/1' });
  expect(onIPv6).toMatch(/^ssh -N -L 7001:\[::1\]:7001 /);
  expect(tunnelCommand(address, { SSH_TTY: '/dev/pts/1' })).toMatch(/^ssh -N -L 7001:/);
});
