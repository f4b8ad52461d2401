import { documentKind } from '../../shell/text-view/document-view.ts';

/** What a command printed. */
export const outputKind = documentKind('output');
