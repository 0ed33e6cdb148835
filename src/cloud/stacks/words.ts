/** CloudFormation's names in words. */

/** Types whose last part says too little, or is not what people call them. */
const words: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::AutoScalingGroup': 'Auto Scaling group',
  'AWS::CloudFront::Distribution': 'CloudFront distribution',
  'AWS::CloudFront::Function': 'CloudFront function',
  'AWS::DLM::LifecyclePolicy': 'snapshot schedule',
  'AWS::EC2::EIP': 'public address',
  'AWS::EC2::InstanceConnectEndpoint': 'EC2 Instance Connect endpoint',
  'AWS::EC2::NatGateway': 'NAT gateway',
  'AWS::EC2::Volume': 'EBS volume',
  'AWS::ElastiCache::CacheCluster': 'memcached nodes',
  'AWS::ElastiCache::ParameterGroup': 'memcached parameters',
  'AWS::ElastiCache::SubnetGroup': 'memcached subnet group',
  'AWS::RDS::DBInstance': 'database',
  'AWS::RDS::DBParameterGroup': 'database parameters',
  'AWS::RDS::DBSubnetGroup': 'database subnet group',
  'AWS::RDS::EventSubscription': 'database event subscription',
  'AWS::Route53::RecordSet': 'DNS record',
};

/** 'AWS::EC2::SubnetRouteTableAssociation' → 'subnet route table association'; 'AWS::EC2::VPCEndpoint' → 'VPC endpoint'. */
export function kindOf(type: string): string {
  const last = type.split('::').at(-1) ?? type;
  const parts = last.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+/g) ?? [last];
  return words[type] ?? parts.map((part) => (/^[A-Z]{2,}$/.test(part) ? part : part.toLowerCase())).join(' ');
}

/** Resources whose loss is a loss of data. */
const holdsData: ReadonlySet<string> = new Set([
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::EC2::Volume',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::KMS::Key',
]);

export const isData = (type: string) => holdsData.has(type);
