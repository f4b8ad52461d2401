import { documentKind } from '../../shell/text-view/document-view.ts';
import { openHelp } from './open-help.ts';

export const helpKind = documentKind('help', { help: openHelp }, ['help']);
