import { describeContract } from './contract.ts';
import { machineHarness, openOnThisMachine } from './support/open-on-this-machine.ts';

describeContract('local', { ...machineHarness, open: () => openOnThisMachine('local') });
