"""A CloudFormation template, read and resolved: parameters, conditions and mappings are evaluated, resources whose
condition is false are removed. References to resources, and to values that only AWS knows, stay."""
import copy

import yaml

NO_VALUE = object()


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, as `!Ref` and `!GetAtt`."""


def _short_form(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".")
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


Loader.add_multi_constructor("!", _short_form)


def load(path):
    """The template in a file, intrinsic functions in their long form."""
    with open(path) as file:
        return yaml.load(file, Loader)


def resolve(template, parameters=None, pseudo=None):
    """A template for these values of its parameters.

    - parameters: by name; the others have their defaults. ValueError names one that has neither, or isn't known, or
      says which of the template's rules they break.
    - pseudo: by name, as AWS::Region; those that aren't given stay.
    """
    return _Resolver(template, dict(parameters or {}), dict(pseudo or {})).template()


class _Resolver:
    def __init__(self, template, parameters, pseudo):
        self.source = template
        declared = template.get("Parameters", {})
        if unknown := sorted(set(parameters) - set(declared)):
            raise ValueError(f"no parameter of the template: {', '.join(unknown)}")
        self.values = dict(pseudo)
        for name, parameter in declared.items():
            value = parameters.get(name, parameter.get("Default"))
            if value is None:
                raise ValueError(f"the parameter {name} has no default: give it a value")
            is_list = parameter["Type"] == "CommaDelimitedList"
            self.values[name] = str(value).split(",") if is_list else str(value)
        self.conditions = {}
        self.check_rules()

    def check_rules(self):
        """As CloudFormation does before it creates or updates anything: "Rules", AWS CloudFormation User Guide."""
        for rule in self.source.get("Rules", {}).values():
            if "RuleCondition" in rule and not self.test(rule["RuleCondition"]):
                continue
            for assertion in rule["Assertions"]:
                if not self.test(assertion["Assert"]):
                    raise ValueError(assertion["AssertDescription"])

    def template(self):
        result = copy.deepcopy({key: value for key, value in self.source.items() if key not in (
            "Parameters", "Conditions", "Mappings", "Rules", "Metadata")})
        for section in ("Resources", "Outputs"):
            result[section] = {
                name: self.value({key: part for key, part in entry.items() if key != "Condition"})
                for name, entry in self.source.get(section, {}).items()
                if "Condition" not in entry or self.condition(entry["Condition"])}
        for resource in result["Resources"].values():
            self.drop_dependencies(resource, result["Resources"])
        return result

    @staticmethod
    def drop_dependencies(resource, present):
        """DependsOn may name what is not there."""
        needed = resource.pop("DependsOn", [])
        needed = [name for name in ([needed] if isinstance(needed, str) else needed) if name in present]
        if needed:
            resource["DependsOn"] = needed

    def condition(self, name):
        if name not in self.conditions:
            self.conditions[name] = self.test(self.source["Conditions"][name])
        return self.conditions[name]

    def test(self, expression):
        [(function, value)] = expression.items()
        match function:
            case "Condition":
                return self.condition(value)
            case "Fn::Equals":
                return str(self.value(value[0])) == str(self.value(value[1]))
            case "Fn::Not":
                return not self.test(value[0])
            case "Fn::And":
                return all(self.test(part) for part in value)
            case "Fn::Or":
                return any(self.test(part) for part in value)
            case "Fn::Contains":
                return str(self.value(value[1])) in value[0]
            case "Fn::EachMemberEquals":
                return all(part == value[1] for part in self.value(value[0]))
        raise ValueError(f"no condition: {function}")

    def value(self, node):
        if isinstance(node, list):
            parts = (self.value(part) for part in node)
            return [part for part in parts if part is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(function, value)] = node.items()
            match function:
                case "Ref" if value == "AWS::NoValue":
                    return NO_VALUE
                case "Ref" if value in self.values:
                    return self.values[value]
                case "Fn::If":
                    return self.value(value[1] if self.condition(value[0]) else value[2])
                case "Fn::FindInMap":
                    name, first, second = (self.value(part) for part in value)
                    return self.source["Mappings"][name][first][second]
                case "Fn::Join":
                    separator, parts = value[0], self.value(value[1])
                    if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
                        return separator.join(parts)
                case "Fn::Sub":
                    return self.substitute(value)
        parts = ((key, self.value(part)) for key, part in node.items())
        return {key: part for key, part in parts if part is not NO_VALUE}

    def substitute(self, value):
        text, more = (value, {}) if isinstance(value, str) else (value[0], self.value(value[1]))
        left = {}
        for name, part in {**self.values, **more}.items():
            if not isinstance(part, str):
                left |= {name: part} if name in more else {}
                continue
            text = text.replace("${" + name + "}", part)
        if left:
            return {"Fn::Sub": [text, left]}
        return {"Fn::Sub": text} if "${" in text else text
