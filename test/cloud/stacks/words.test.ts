import { expect, test } from 'vitest';
import { kindOf } from '../../../src/cloud/stacks/words.ts';
import { templates } from '../../cfn/template.ts';

test('every resource type of the templates in words: read them when a template has a new one', () => {
  const types = templates().flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  const words = [...new Set(types)].sort().map((type) => `${type.replace('AWS::', '')}: ${kindOf(type)}`);
  expect(words.join('\n')).toMatchInlineSnapshot(`
    "AutoScaling::AutoScalingGroup: Auto Scaling group
    AutoScaling::ScalingPolicy: scaling policy
    CertificateManager::Certificate: certificate
    CloudFront::CachePolicy: cache policy
    CloudFront::Distribution: CloudFront distribution
    CloudFront::Function: CloudFront function
    CloudFront::OriginAccessControl: origin access control
    CloudFront::OriginRequestPolicy: origin request policy
    CloudFront::ResponseHeadersPolicy: response headers policy
    CloudWatch::Alarm: alarm
    CloudWatch::Dashboard: dashboard
    DLM::LifecyclePolicy: snapshot schedule
    EC2::EIP: public address
    EC2::FlowLog: flow log
    EC2::InstanceConnectEndpoint: EC2 Instance Connect endpoint
    EC2::InternetGateway: internet gateway
    EC2::LaunchTemplate: launch template
    EC2::NatGateway: NAT gateway
    EC2::Route: route
    EC2::RouteTable: route table
    EC2::SecurityGroup: security group
    EC2::SecurityGroupEgress: security group egress
    EC2::SecurityGroupIngress: security group ingress
    EC2::Subnet: subnet
    EC2::SubnetRouteTableAssociation: subnet route table association
    EC2::VPC: VPC
    EC2::VPCEndpoint: VPC endpoint
    EC2::VPCGatewayAttachment: VPC gateway attachment
    EC2::Volume: EBS volume
    ElastiCache::CacheCluster: memcached nodes
    ElastiCache::ParameterGroup: memcached parameters
    ElastiCache::SubnetGroup: memcached subnet group
    ElasticLoadBalancingV2::Listener: listener
    ElasticLoadBalancingV2::ListenerRule: listener rule
    ElasticLoadBalancingV2::LoadBalancer: load balancer
    ElasticLoadBalancingV2::TargetGroup: target group
    IAM::AccessKey: access key
    IAM::InstanceProfile: instance profile
    IAM::Role: role
    IAM::User: user
    KMS::Key: key
    Logs::LogGroup: log group
    RDS::DBInstance: database
    RDS::DBParameterGroup: database parameters
    RDS::DBSubnetGroup: database subnet group
    RDS::EventSubscription: database event subscription
    Route53::HostedZone: hosted zone
    Route53::RecordSet: DNS record
    S3::Bucket: bucket
    S3::BucketPolicy: bucket policy
    SES::ConfigurationSet: configuration set
    SES::ConfigurationSetEventDestination: configuration set event destination
    SES::EmailIdentity: email identity
    SNS::Subscription: subscription
    SNS::Topic: topic
    SNS::TopicPolicy: topic policy
    SecretsManager::Secret: secret"
  `);
});

test('one that no template has', () => {
  expect(kindOf('AWS::EC2::VPCCidrBlock')).toBe('VPC cidr block');
  expect(kindOf('Custom::Thing')).toBe('thing');
});
