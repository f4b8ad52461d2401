import { documentKind } from '../../shell/text-view/document-view.ts';
import { showSpec } from './show-spec.ts';

export const specKind = documentKind('spec', { spec: showSpec });
