/** CloudFormation's names in words. */

const words: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::AutoScalingGroup': 'Auto Scaling group',
  'AWS::AutoScaling::ScalingPolicy': 'scaling policy',
  'AWS::AutoScaling::ScheduledAction': 'schedule',
  'AWS::CertificateManager::Certificate': 'certificate',
  'AWS::CloudFront::Distribution': 'CloudFront distribution',
  'AWS::EC2::LaunchTemplate': 'launch template',
  'AWS::EC2::Volume': 'EBS volume',
  'AWS::EC2::VPC': 'VPC',
  'AWS::EC2::EIP': 'public address',
  'AWS::EC2::NatGateway': 'NAT gateway',
  'AWS::EFS::FileSystem': 'EFS file system',
  'AWS::ElastiCache::CacheCluster': 'memcached nodes',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load balancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'target group',
  'AWS::RDS::DBInstance': 'database',
  'AWS::RDS::DBParameterGroup': 'database parameters',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SecretsManager::Secret': 'secret',
};

/** 'AWS::EC2::SubnetRouteTableAssociation' → 'subnet route table association'. */
export function kindOf(type: string): string {
  const last = type.split('::').at(-1) ?? type;
  return words[type] ?? last.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

/** What a person would miss. */
const holdsData: ReadonlySet<string> = new Set([
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::EC2::Volume',
  'AWS::EFS::FileSystem',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::KMS::Key',
]);

export const isData = (type: string) => holdsData.has(type);

/** '6 min 12 s' */
export function took(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}
