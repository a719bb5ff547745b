import { GROUP, PLURAL } from '../../src/api/names.ts';
import { schemaAt, type Plain } from './crd.ts';
import { type CrdRule, renameSelf, rulesOf } from './lift-rules.ts';

const NAME = 'fluxblueprint-components';

/**
 * The policy that refuses what the rules of components forbid, and its binding. In the CRD these rules would be half of
 * what a write of a large blueprint costs the API server. A policy is asked only when the spec changes, and reads plain
 * JSON, which is a hundred times cheaper. Without it the operator says the same in the status.
 */
export function buildComponentPolicy(schema: Plain): Plain[] {
  const rules = rulesOf(schemaAt(schema, 'spec', 'layers', 'components'));
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: NAME },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [GROUP], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [PLURAL] },
        ],
      },
      matchConditions: [
        {
          name: 'spec-changes',
          expression:
            "request.operation == 'CREATE' || object.metadata.generation != oldObject.metadata.generation",
        },
        { name: 'layers', expression: 'has(object.spec.layers)' },
      ],
      validations: rules.map(toValidation),
    },
  };
  const binding = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: NAME },
    spec: { policyName: NAME, validationActions: ['Deny'] },
  };
  return [policy, binding];
}

function toValidation(rule: CrdRule): Plain {
  const holds = renameSelf(rule, 'component');
  const inLayer = `!has(layer.components) || layer.components.all(component, ${holds})`;
  // The answer of a policy has no field, so that the sentence itself says where, as the operator's does.
  const place = [
    `"spec.layers["`,
    indexOf('object.spec.layers', 'layer'),
    `"].components["`,
    indexOf('layer.components', 'component'),
    JSON.stringify(`]: ${rule.message}`),
  ].join(' + ');
  const complaints = `layer.components.filter(component, !(${holds})).map(component, ${place})`;
  return {
    expression: `object.spec.layers.all(layer, ${inLayer})`,
    message: rule.message,
    messageExpression: `object.spec.layers.filter(layer, !(${inLayer})).map(layer, ${complaints})[0][0]`,
    reason: 'Invalid',
  };
}

function indexOf(list: string, item: string): string {
  return `string(${list}.map(each, each.name).indexOf(${item}.name))`;
}
