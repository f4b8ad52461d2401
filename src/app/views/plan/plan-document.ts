import type { Plan } from '../../../engine/contract/plan.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { withHint } from '../../../engine/text/sentences.ts';
import { sectionTitle } from '../../shell/text-view/document-lines.ts';
import { highlightYaml } from '../../shell/text-view/yaml-document.ts';
import { paint, type Theme } from '../../shell/theme/theme.ts';

/** A plan: first the warnings, then the documents in the backend's own terms. */
export async function planDocument(spec: ExperimentSpec, plan: Plan, theme: Theme): Promise<string[]> {
  // Loaded lazily, to keep the time to the first frame short.
  const { formatYaml } = await import('../../../engine/text/format-yaml.ts');
  const lines = [
    '',
    `  ${paint(theme, 'title', spec.name)} on ${plan.backend}. ${paint(theme, 'dim', 'enter launches it.')}`,
  ];
  for (const note of plan.notes) {
    const [sign, role] = note.verdict === 'refused' ? (['✗', 'bad'] as const) : (['▲', 'warning'] as const);
    lines.push(`  ${paint(theme, role, `${sign} ${note.path}`)}: ${withHint(note.message, note.hint)}`);
  }
  lines.push('', sectionTitle(theme, 'Plan'), '');
  for (const [index, document] of plan.documents.entries()) {
    if (index > 0) lines.push(paint(theme, 'dim', '---'));
    lines.push(...highlightYaml(formatYaml(document), theme));
  }
  return lines;
}
