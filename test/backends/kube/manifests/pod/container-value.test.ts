import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { containerValue } from '../../../../../src/backends/kube/manifests/pod/container-value.ts';
import { expandVariables } from '../../support/expand-variables.ts';

it('becomes text and secrets as they are, whatever the text is', () => {
  const text = fc
    .string({ unit: fc.constantFrom('$', '(', ')', 'A', 'TOKEN', '{', ' ') })
    .map((value) => ({ text: value }));
  const secret = fc.constantFrom({ secret: 'TOKEN' }, { secret: 'A' });
  const secrets: Record<string, string> = { TOKEN: 's3cret', A: '$(TOKEN) $$' };
  fc.assert(
    fc.property(fc.array(fc.oneof(text, secret)), (parts) => {
      const value = containerValue(parts);
      expect(value).not.toContain('s3cret');
      const meant = parts.map((part) => ('text' in part ? part.text : secrets[part.secret])).join('');
      expect(expandVariables(value, secrets)).toBe(meant);
    }),
  );
});
