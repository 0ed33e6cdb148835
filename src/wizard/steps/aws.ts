import type { Step } from '../step.ts';
import { offer } from './offer.ts';

export const aws: Step = {
  title: 'AWS',
  why: 'Where the same machines will run later: choose a region near your visitors. Nothing is created on AWS now, AWS is not contacted, and nothing costs money. For any other region, set aws.region in bootdev.yaml.',
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
