"""Corrections of LocalStack's CloudFormation engine; README.md says why each is here."""

import ipaddress

from localstack.services.cloudformation.engine.v2 import change_set_model
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    ChangeSetModelPreproc,
    PreprocEntityDelta,
)
from localstack.services.cloudformation.engine.v2.change_set_model_visitor import ChangeSetModelVisitor


def cidr(arguments: list) -> list[str]:
    """[block, count, bits of the host part] → the first `count` blocks."""
    block, count, bits = ipaddress.ip_network(arguments[0]), int(arguments[1]), int(arguments[2])
    subnets = block.subnets(new_prefix=block.max_prefixlen - bits)
    return [str(each) for each, _ in zip(subnets, range(count), strict=False)]


def visit_cidr(self, function):
    delta = self.visit(function.arguments)
    return self._cached_apply(scope=function.scope, arguments_delta=delta, resolver=cidr)


def with_typed_before(visit_parameter):
    """A parameter's old value of the same type as its new one: else each list is "changed", and Fn::Select of the old fails."""

    def visit(self, parameter):
        delta = visit_parameter(self, parameter)
        kind = self.visit(parameter.type_).before
        before = delta.before
        if isinstance(before, str) and isinstance(kind, str):
            if kind.startswith("List<") or kind == "CommaDelimitedList":
                before = [each.strip() for each in before.split(",")]
            elif kind == "Number":
                before = float(before) if "." in before else int(before)
        return PreprocEntityDelta(before=before, after=delta.after)

    return visit


def install():
    change_set_model.INTRINSIC_FUNCTIONS.add("Fn::Cidr")
    ChangeSetModelVisitor.visit_node_intrinsic_function_fn_cidr = lambda self, function: self.visit_children(function)
    ChangeSetModelPreproc.visit_node_intrinsic_function_fn_cidr = visit_cidr
    ChangeSetModelPreproc.visit_node_parameter = with_typed_before(ChangeSetModelPreproc.visit_node_parameter)
