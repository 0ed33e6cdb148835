import type { Step } from '../step.ts';
import { offer } from './offer.ts';

export const aws: Step = {
  title: 'AWS',
  why: 'Where the same machines will run one day: near your visitors. Nothing is made there now, nothing is asked of AWS, and nothing costs. Any other region: aws.region in bootdev.yaml.',
  fields: () => [
    offer('aws.region', {
      key: 'region',
      label: 'Region',
      options: [
        { value: '', label: 'Later' },
        { value: 'eu-central-1', label: 'eu-central-1', note: 'Frankfurt' },
        { value: 'eu-west-1', label: 'eu-west-1', note: 'Ireland' },
        { value: 'us-east-1', label: 'us-east-1', note: 'Virginia' },
        { value: 'us-west-2', label: 'us-west-2', note: 'Oregon' },
        { value: 'ap-southeast-1', label: 'ap-southeast-1', note: 'Singapore' },
        { value: 'ap-southeast-2', label: 'ap-southeast-2', note: 'Sydney' },
      ],
    }),
  ],
};
