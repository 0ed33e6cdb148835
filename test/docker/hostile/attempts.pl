#!/usr/bin/perl
# What may a process here ask the kernel for? A line each: "name allowed", "name EPERM". Every attempt is a process of its own, and
# undoes what it managed. Perl, since every Debian has it; calls by number, since libraries may refuse before the kernel does.
use strict;
use warnings;
use Errno;
use POSIX ();
use Socket;

my $arm = (POSIX::uname())[4] eq 'aarch64';
sub number { my ($x86, $arm64) = @_; return $arm ? $arm64 : $x86 }
my %call = (
    unshare => number(272, 97), setns => number(308, 268), clone => number(56, 220), mount => number(165, 40), umount2 => number(166, 39),
    fsopen => number(430, 430), chroot => number(161, 51), ptrace => number(101, 117), process_vm_readv => number(310, 270), bpf => number(321, 280),
    userfaultfd => number(323, 282), io_uring_setup => number(425, 425), keyctl => number(250, 219), perf_event_open => number(298, 241),
    open_by_handle_at => number(304, 265), kexec_load => number(246, 104),
);
my ($newns, $newuser, $newnet) = (0x20000, 0x10000000, 0x40000000);
my $place = '/mnt';

# Undefined, or the error's name.
sub ask { my ($name, @arguments) = @_; return syscall($call{$name}, @arguments) == -1 ? error() : undef }
sub error { my ($name) = grep { $!{$_} } qw(EPERM ENOSYS EACCES EINVAL EFAULT EBADF ENOENT EAFNOSUPPORT EPROTONOSUPPORT ESRCH ENOTSUP); return $name // $! + 0 }
# The kernel got as far as to look at the (useless) arguments: nothing forbids the call.
sub looked { my ($error) = @_; return (grep { ($error // '') eq $_ } qw(EINVAL EFAULT EBADF ESRCH ENOENT)) ? undef : $error }
sub try_socket { my ($family, $type, $protocol) = @_; return socket(my $socket, $family, $type, $protocol) ? undef : error() }
sub try_mount {
    my ($source, $type, $flags) = @_;
    my $error = ask('mount', $source, $place, $type, $flags, 0);
    syscall($call{umount2}, $place, 2) unless $error;
    return $error;
}

my @attempts = (
    ['unshare user'  => sub { ask('unshare', $newuser) }],
    ['unshare mount' => sub { ask('unshare', $newns) }],
    ['unshare net'   => sub { ask('unshare', $newnet) }],
    ['clone user'    => sub {
        my $pid = syscall($call{clone}, $newuser | 17, 0, 0, 0, 0);
        POSIX::_exit(0) if $pid == 0;
        return $pid == -1 ? error() : undef;
    }],
    ['setns'         => sub { open(my $own, '<', '/proc/self/ns/user') or return error(); looked(ask('setns', fileno($own), 0)) }],
    ['chroot'        => sub { ask('chroot', $place) }],
    ['mount proc'    => sub { try_mount('proc', 'proc', 0) }],
    ['mount cgroup2' => sub { try_mount('cgroup2', 'cgroup2', 0) }],
    ['mount bind'    => sub { try_mount('/etc', 'none', 4096) }],
    ['mount remount' => sub { my $on = '/proc/sys'; ask('mount', 'none', $on, 'none', 32 | 4096, 0) }],
    ['mount new'     => sub { my $type = 'proc'; ask('fsopen', $type, 0) }],
    ['ptrace'        => sub { ask('ptrace', 0, 0, 0, 0) }],
    ['read process'  => sub { looked(ask('process_vm_readv', getppid(), 0, 0, 0, 0, 0)) }],
    ['bpf'           => sub { looked(ask('bpf', 0, 0, 0)) }],
    ['perf'          => sub { looked(ask('perf_event_open', 0, 0, -1, -1, 0)) }],
    ['userfaultfd'   => sub { ask('userfaultfd', 0) }],
    ['io_uring'      => sub { looked(ask('io_uring_setup', 1, 0)) }],
    ['keyctl'        => sub { ask('keyctl', 0, -3, 0) }],
    ['handle'        => sub { looked(ask('open_by_handle_at', -1, 0, 0)) }],
    ['kexec'         => sub { looked(ask('kexec_load', 0, 0, 0, 0)) }],
    ['raw socket'    => sub { try_socket(AF_INET, SOCK_RAW, 1) }],
    ['packet socket' => sub { try_socket(17, SOCK_RAW, 0) }],
    ['vsock'         => sub { try_socket(40, SOCK_STREAM, 0) }],
    ['/dev/fuse'     => sub { open(my $fuse, '+<', '/dev/fuse') ? undef : error() }],
);
# The same kernel by the door of 32 bits: a program of 27 bytes that asks for unshare(CLONE_NEWUSER) there.
push @attempts, ['unshare by i386' => \&by_i386] unless $arm;
sub by_i386 {
    my $code = pack('H*', 'b836010000' . 'bb00000010' . 'cd80' . 'f7d8' . '89c7' . 'b83c000000' . '0f05');
    my $start = 0x400000 + 120;
    my $elf = pack('H*', '7f454c46020101' . '00' x 9) . pack('SSLQQQLSSSSSS', 2, 62, 1, $start, 64, 0, 0, 64, 56, 1, 0, 0, 0)
        . pack('LLQQQQQQ', 1, 5, 0, 0x400000, 0x400000, 120 + length $code, 120 + length $code, 4096) . $code;
    my $file = "/tmp/i386-$$";
    open(my $out, '>', $file) or return error();
    print $out $elf;
    close $out;
    chmod 0755, $file;
    system($file);
    unlink $file;
    return ($? & 127) == 31 ? 'SIGSYS' : $? == 0 ? undef : 'E' . ($? >> 8);
}

for my $attempt (@attempts) {
    my ($name, $code) = @$attempt;
    pipe(my $in, my $out);
    my $pid = fork();
    if ($pid == 0) {
        print $out $code->() // 'allowed';
        close $out;
        POSIX::_exit(0);
    }
    close $out;
    my $said = <$in>;
    waitpid($pid, 0);
    $said //= ($? & 127) == 31 ? 'SIGSYS' : "signal " . ($? & 127);
    print "$name\t$said\n";
}
